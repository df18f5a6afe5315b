"""How much the shipped server carries, on loopback, beside a plain Flask "hello" on the same server in the same run.

Run: nice python -m benchmarks.load [--quick] [--only NAME …] [--seconds 30] [--soak-minutes 10]

Needed: wrk, deploy/gunicorn.conf.py, a model in use; PostgreSQL for the replicas. The installation is copied to a
temporary folder, so that nothing of it is touched. A full run takes some 25 minutes, `--quick` four; nobody else should
be using the machine. Writes benchmarks/load.md and the figures in docs/operations/growth.md.
"""
