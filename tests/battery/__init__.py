"""The service under fire: kills, cuts, full disks, slow and hostile clients.

Each test runs a short version with the suite; `make battery` runs the long one (ARCHGUARD_BATTERY=long).
"""
