"""The client of the service: which commit is to be reported, where it stands, and the way there."""
