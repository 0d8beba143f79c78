"""HTTP: the shop's doors."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "omniretail.settings")

application = get_wsgi_application()
