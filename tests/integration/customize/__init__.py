"""validate and customize on a real git repository, with Tiny as the upstream."""
