"""HTTP: the shop's doors."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "omniretail.settings")

application = get_wsgi_application()
gc.collect()
gc.freeze()  # what is loaded stays; each collection would look through all of it
