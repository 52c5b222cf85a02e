"""How the customizations meet many upstream releases: without a workspace, without a build."""
