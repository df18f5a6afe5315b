"""What `make bench` runs. Figures are ratios within one run: machines differ, ratios hardly."""
