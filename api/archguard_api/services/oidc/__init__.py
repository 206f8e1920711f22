"""Workflows of GitHub Actions and GitLab CI show who they are by an ID token, and may upload."""
