"""Sources from a real index, web server and git repositories, all on this machine; good ones and bad ones."""
