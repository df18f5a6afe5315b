"""Which category a sentence is about, and how sure that is. Importing this package loads nothing heavy."""
