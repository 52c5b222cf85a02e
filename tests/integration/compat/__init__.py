"""The look at many releases as a user runs it, on an index and a repository of Tiny on this machine; and its page."""
