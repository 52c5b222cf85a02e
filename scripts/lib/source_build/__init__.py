"""An image by strategy source: the customized tree's own Dockerfile, with further sets of steps for its build."""
