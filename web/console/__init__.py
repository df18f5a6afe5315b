"""The console: people of the professions see what was misread, correct it, and let a better model go live.

An application of its own at an address of its own (`hitorijanai console`); the public application has none of it. Each
room is a module that registers its views on `blueprint` and says in `NAV` what stands in the navigation.
"""

from flask import Blueprint

blueprint = Blueprint("console", __name__)
