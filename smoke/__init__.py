"""What a running product must show. Given a base URL and the product's data; never knows Docker."""
