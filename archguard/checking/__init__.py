"""The pipeline: source -> graph -> contracts -> violations -> report."""
