"""The versions of the database's schema, run by `web.store.migrating`."""
