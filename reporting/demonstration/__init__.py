"""An invented past for the portal: eight rounds that look like life.

load.py writes it; accounts.py knows the people. The other modules are pure: the
same seed and the same instant give the same reports.
"""
