"""The forge that hosts the repository, GitHub or GitLab: addresses, and comments on pull requests."""
