"""Settings of the service. Everything that differs between hosts comes from the
environment; with nothing set, an embedded PostgreSQL and Valkey are used."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import django_stubs_ext
import environ
from django.utils.translation import gettext_lazy as _
from redis.backoff import NoBackoff
from redis.retry import Retry

from omniretail import door_settings as doors
from omniretail.admin_theme import UNFOLD as UNFOLD
from omniretail.kernel import embedded, logs
from omniretail.kernel.limits import Limits
from omniretail.kernel.money import amounts

django_stubs_ext.monkeypatch()  # lets Django's generic classes name what they hold

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

# --- What differs between hosts ---------------------------------------------------
DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("DEMO", default="DATABASE_URL" not in env.ENVIRON)
SECRET_KEY = env.str("SECRET_KEY", default="") or (embedded.secret_key() if DEMO else "")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
PUBLIC_URL = env.str("PUBLIC_URL", default="http://localhost:8000")
LIVE_URL = env.str("LIVE_URL", default="")  # empty: same origin; ":8001": same host
SECURE = PUBLIC_URL.startswith("https://")
DATABASE_URL = env.str("DATABASE_URL", default="") or embedded.database_url()
VALKEY_URL = env.str("VALKEY_URL", default="") or embedded.valkey_url()

# --- Applications -----------------------------------------------------------------
INSTALLED_APPS = [
    "django_linear_migrations",
    "unfold",
    "unfold.contrib.filters",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "pgtrigger",
    "oauth2_provider",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_filters",
    "corsheaders",
    "csp",
    "channels",
    "django_htmx",
    "omniretail.kernel",
    "stores",
    "inventory",
    "loyalty",
    "orders",
]
AUTH_USER_MODEL = "kernel.User"
OAUTH2_PROVIDER_APPLICATION_MODEL = "kernel.ApiClient"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ROOT_URLCONF = "omniretail.urls"
WSGI_APPLICATION = "omniretail.wsgi.application"
ASGI_APPLICATION = "omniretail.asgi.application"

MIDDLEWARE = [
    "omniretail.kernel.edge.EdgeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "omniretail.kernel.edge.OriginMiddleware",
    "omniretail.kernel.sessions.Sessions",
    "omniretail.kernel.edge.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "omniretail.kernel.sessions.SignedIn",
    "omniretail.kernel.sessions.Messages",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "omniretail.kernel.edge.PolicyMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "omniretail.kernel.edge.HeadOfficeMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "omniretail" / "templates"],  # before the admin's own
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# --- Stores of data ---------------------------------------------------------------
DATABASE = env.db_url_config(DATABASE_URL)
_OPTIONS = DATABASE.get("OPTIONS", {})
_PLANS_ARE_KEPT = "plan_cache_mode=force_generic_plan"
DATABASES = {
    "default": {
        **DATABASE,
        "ENGINE": "omniretail.kernel.postgres",
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,  # no 5xx after PostgreSQL was restarted
        "OPTIONS": {
            **_OPTIONS,
            "application_name": env.str("PROCESS_NAME", default="omniretail"),
            "prepare_threshold": 0,  # for `kernel.prepared` only: others bind here
            # Statements with lists of values would be planned anew each time.
            "options": f"{_OPTIONS.get('options', '')} -c {_PLANS_ARE_KEPT}".strip(),
        },
    }
}
VALKEY = embedded.valkey_addresses(VALKEY_URL)
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": VALKEY.cache,
        # With it down or stuck a request must not wait: nothing in here is the truth.
        "OPTIONS": {
            "socket_timeout": 1,
            "socket_connect_timeout": 1,
            "retry": Retry(NoBackoff(), 0),
        },
    }
}
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [VALKEY.channels]},
    }
}
CELERY_BROKER_URL = VALKEY.broker
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 300
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 360}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1

# --- Language, time, money --------------------------------------------------------
LANGUAGE_CODE = env.str("DEFAULT_LANGUAGE", default="ru")
LANGUAGES = [("ru", _("Russian")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "omniretail" / "locale"]
USE_TZ = True
TIME_ZONE = "UTC"
# In which head office reads the admin and the board; stores have zones of their own.
HEAD_OFFICE_ZONE = env.str("HEAD_OFFICE_ZONE", default="Europe/Moscow" if DEMO else "UTC")
DEFAULT_CURRENCY = env.str("DEFAULT_CURRENCY", default="RUB")
DEFAULT_COUNTRY = PHONENUMBER_DEFAULT_REGION = env.str("DEFAULT_COUNTRY", default="RU")
# What a point pays, by currency; in others none are earned or spent.
POINT_WORTH = amounts(env.json("POINT_WORTH", default={"RUB": "1"}))
# What delivery of an order costs, by currency; free from that worth of shipped goods on.
_DELIVERY = {"RUB": {"price": "390.00", "free_from": "5000.00", "tax_rate": "22"}}
DELIVERY = env.json("DELIVERY", default=_DELIVERY)
# Above which variance of a count somebody else approves, by currency; in others always.
COUNT_APPROVAL_AMOUNTS = amounts(
    env.json("COUNT_APPROVAL_AMOUNTS", default={"RUB": "5000"})
)

# --- Static files -----------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / ".embedded" / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = BASE_DIR / ".embedded" / "media"

# --- Safety -----------------------------------------------------------------------
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = True
SECURE_SSL_REDIRECT = SECURE
SECURE_REDIRECT_EXEMPT = [r"^health/", r"^metrics$"]  # asked from inside
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
SECURE_HSTS_PRELOAD = SECURE
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    "omniretail.kernel.hashers.RandomSecretHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
AUTHENTICATION_BACKENDS = ["omniretail.kernel.sign_in.GuardedBackend"]

# --- The house --------------------------------------------------------------------
LIMITS = Limits(count_approval_amounts=COUNT_APPROVAL_AMOUNTS)
LOYALTY = {
    "point_worth": POINT_WORTH,
    "earn_percent": Decimal(3),
    "max_share_percent": Decimal(50),
    "activation": timedelta(days=14),
    "life": timedelta(days=365),
    "grace": timedelta(days=30),
}
# Where messages leave: per channel the parts of an Apprise address without its targets
# (see apprise.Apprise.instantiate); a channel without a row goes to the sandbox mailbox.
MESSAGE_GATEWAYS = env.json("MESSAGE_GATEWAYS", default={})
# In which channel staff sell at the counter, and shoppers who come without a program.
COUNTER_CHANNEL = "TABLET"
SHOPPER_CHANNEL = "SITE"
SANDBOX_GATEWAY = "orders.payments.sandbox.SandboxGateway"
PAYMENT_GATEWAY = env.str("PAYMENT_GATEWAY", default=SANDBOX_GATEWAY)
# Which type of price of 1C is published (its Ид or name); else as mapped in the admin.
EXCHANGE_PRICE_TYPE = env.str("EXCHANGE_PRICE_TYPE", default="")
DATA_UPLOAD_MAX_MEMORY_SIZE = LIMITS.body_bytes
SESSION_COOKIE_AGE = int(timedelta(days=30).total_seconds())

# --- The doors (omniretail/door_settings.py) --------------------------------------
PROXIES = env.int("PROXIES", default=0)  # how many of our own stand before us
REST_FRAMEWORK = doors.REST_FRAMEWORK | {"NUM_PROXIES": PROXIES}
SPECTACULAR_SETTINGS = doors.SPECTACULAR_SETTINGS
OAUTH2_PROVIDER = doors.oauth(PUBLIC_URL)
AUTHENTICATORS = doors.AUTHENTICATORS
STAFF_PERMISSION = doors.STAFF_PERMISSION
DEVICE_PLACE = doors.DEVICE_PLACE
ACTOR_NAMES = doors.ACTOR_NAMES
ORDER_LINK = doors.ORDER_LINK
CONTENT_SECURITY_POLICY = doors.content_policy(LIVE_URL)
CORS_ALLOWED_ORIGINS = env.list("CORS_ALLOWED_ORIGINS", default=[])
CORS_URLS_REGEX = doors.CORS_URLS_REGEX
CORS_ALLOW_HEADERS = doors.CORS_ALLOW_HEADERS
CORS_EXPOSE_HEADERS = doors.CORS_EXPOSE_HEADERS
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
LOGGING = logs.configure(plain=DEMO, level=env.str("LOG_LEVEL", default="INFO"))
