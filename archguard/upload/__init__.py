"""The client of the service: find the commit to report and the server, and send the snapshot."""
