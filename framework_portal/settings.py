"""One settings file for every place; what differs comes from the environment.

docs/operations.md lists the variables.
"""

import os
from pathlib import Path

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _


def env_bool(name, default):
    value = os.environ.get(name, str(int(default)))
    if value not in ("0", "1"):
        raise ImproperlyConfigured(f"{name} must be 0 or 1, not {value!r}.")
    return value == "1"


BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(os.environ.get("VAR_DIR", BASE_DIR / "var"))

DEBUG = env_bool("DEBUG", True)
# Demonstration accounts have a published password: they load only where this is set.
DEMONSTRATION = env_bool("DEMONSTRATION", False)

SECRET_KEY = os.environ.get("SECRET_KEY", "only-for-development" if DEBUG else "")
if not SECRET_KEY:
    raise ImproperlyConfigured("Set SECRET_KEY, or DEBUG=1 on a developer's machine.")
SECRET_KEY_FALLBACKS = os.environ.get("SECRET_KEY_FALLBACKS", "").split()

# Links in mails start with this and never with a Host header.
PUBLIC_BASE_URL = os.environ.get(
    "PUBLIC_BASE_URL", f"http://127.0.0.1:{os.environ.get('PORT', '8000')}"
)
HTTPS = PUBLIC_BASE_URL.startswith("https://")
PUBLIC_HOST = PUBLIC_BASE_URL.split("//", 1)[1].split("/")[0].split(":")[0]
ALLOWED_HOSTS = [PUBLIC_HOST] if HTTPS else [PUBLIC_HOST, "127.0.0.1", "localhost", "[::1]"]

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_tasks",
    "django_tasks_db",
    "simple_history",
    "members",
    "goals",
    "objectives",
    "reporting",
]

MIDDLEWARE = [
    "framework_portal.log.log_requests",
    "reporting.api.problems.problems_in_json",
    "framework_portal.headers.close_what_is_open",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "framework_portal.headers.refuse_methods",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "framework_portal.middleware.refuse_nul",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "members.sessions.end_what_is_over",
    "members.row_security.say_who_asks",
    "framework_portal.middleware.keep_private",
    "framework_portal.middleware.readers_time",
    "framework_portal.middleware.SignInMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "members.limits.limit_all",
    "members.sessions.RequireSecondFactor",
    "simple_history.middleware.HistoryRequestMiddleware",
]

ROOT_URLCONF = "framework_portal.urls"
WSGI_APPLICATION = "framework_portal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "framework_portal.context_processors.demonstration",
                "framework_portal.context_processors.form_token",
                "members.sessions.time_left",
            ],
        },
    },
]
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

DATABASES = {
    "default": dj_database_url.config(
        default=f"sqlite:///{VAR_DIR / 'portal.sqlite3'}",
        conn_max_age=60,
        conn_health_checks=True,
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    VAR_DIR.mkdir(exist_ok=True)
    # A deferred transaction that turns into a writer fails at once under load;
    # an immediate one waits for its turn.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
    # A file, not memory: threads of a race test each need a connection of their own.
    DATABASES["default"]["TEST"] = {"NAME": VAR_DIR / "test.sqlite3"}
else:
    # Beside what DATABASE_URL says, such as ?sslmode=verify-full.
    DATABASES["default"].setdefault("OPTIONS", {})["options"] = (
        "-c statement_timeout=30s -c lock_timeout=5s -c idle_in_transaction_session_timeout=60s"
    )
# Whether the connection is told who asks, for the policies that `manage.py row_security on` makes.
ROW_SECURITY = env_bool("ROW_SECURITY", False)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
FIXTURE_DIRS = [BASE_DIR / "fixtures"]

AUTH_USER_MODEL = "members.User"
AUTHENTICATION_BACKENDS = ["members.backends.MembershipBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
BREACHED_PASSWORDS = os.environ.get("BREACHED_PASSWORDS") or (
    BASE_DIR / "members" / "breached_passwords.txt.gz"
)
# Of the portal and its organisation; those of a person's address and country are added.
PASSWORD_WORDS = os.environ.get("PASSWORD_WORDS", "framework portal interpol").split()
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["name", "email"]},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {
        "NAME": "django.contrib.auth.password_validation.CommonPasswordValidator",
        "OPTIONS": {"password_list_path": BREACHED_PASSWORDS},
    },
    {
        "NAME": "members.passwords.ContextWordValidator",
        "OPTIONS": {"words": PASSWORD_WORDS},
    },
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "reporting:start"
LOGOUT_REDIRECT_URL = "reporting:home"

# django-allauth, of which no more is served than members/urls.py names: nobody signs up.
ACCOUNT_ADAPTER = "members.adapters.AccountAdapter"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# Whoever has an account was invited at his address, or has it from an administrator.
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_FORMS = {"login": "members.forms.SignInForm"}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    # What a SAML provider's form says is looked at so often.
    "identities": "30/m/user",
    "identities_signed_out": "30/m/ip",
    # Per account and address or known browser; one code of a second factor counts as well.
    "login_failed": "30/m/ip,5/5m/key,10/15m/key",
    # Per account, from all browsers together that were never signed in with it.
    "login_failed_elsewhere": "20/15m/key",
    "reset_password": "20/m/ip,5/h/key",
    # What costs much, see members/limits.py; all by the minute, which is what a 429 asks to wait.
    # docs/operations.md says how these figures were chosen.
    "search": "60/m/user",
    "search_signed_out": "120/m/ip",
    "files": "60/m/user",
    "files_signed_out": "120/m/ip",
    "briefs": "30/m/user",
    "briefs_signed_out": "60/m/ip",
    "api": "300/m/user",
    "api_signed_out": "300/m/ip",
    "workbooks": "20/m/user",
    "uploads": "30/m/user",
}
# Of all else together, and in each worker by itself.
REQUESTS_A_MINUTE = {
    "pages": 600,
    "pages_signed_out": 1200,
    "forms": 120,
    "forms_signed_out": 120,
}
# Off where a load is measured, or every address asked as fast as can be.
LIMIT_REQUESTS = env_bool("LIMIT_REQUESTS", True)
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 10 * 60
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("TRUSTED_PROXIES", str(int(HTTPS))))
MFA_ADAPTER = "members.adapters.SecondFactorAdapter"
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = "Framework Portal"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
MFA_WEBAUTHN_USER_VERIFICATION = "required"
# Enforced for every role, but where accounts have a published password anyway.
MFA_REQUIRED = not (DEBUG or DEMONSTRATION)
MFA_FORMS = {
    "authenticate": "members.forms_codes.SecondFactorForm",
    "reauthenticate": "members.forms_codes.SignInAgainForm",
    "add_webauthn": "members.forms_passkeys.AddPasskeyForm",
    "authenticate_webauthn": "members.forms_passkeys.SecondFactorPasskeyForm",
    "login_webauthn": "members.forms_passkeys.SignInPasskeyForm",
    "reauthenticate_webauthn": "members.forms_passkeys.SignInAgainPasskeyForm",
}
# Fernet keys, the newest first; the secrets of second factors are stored encrypted with them.
MFA_KEYS = os.environ.get("MFA_KEYS", "").split()
if MFA_REQUIRED and not MFA_KEYS:
    raise ImproperlyConfigured("Set MFA_KEYS: docs/operations.md says how to make one.")

# An organisation's own identity provider, by OpenID Connect.
OIDC_SERVER = os.environ.get("OIDC_SERVER", "")
SOCIALACCOUNT_ADAPTER = "members.adapters.IdentityAdapter"
SOCIALACCOUNT_FORMS = {"disconnect": "members.forms.UnlinkForm"}
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "provider_class": "members.openid_connect.Provider",
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [],
    }
}
if OIDC_SERVER:
    SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"] = [
        {
            # Names the issuer in the links between accounts and identities: never reuse it.
            "provider_id": os.environ.get("OIDC_ID", "organisation"),
            "name": os.environ.get("OIDC_NAME", "your organisation"),
            "client_id": os.environ.get("OIDC_CLIENT_ID", ""),
            "secret": os.environ.get("OIDC_CLIENT_SECRET", ""),
            "settings": {"server_url": OIDC_SERVER},
        }
    ]

# The same by SAML 2.0: an extra of the installation, and neither imported nor routed without these.
SAML_IDP_ENTITY_ID = os.environ.get("SAML_IDP_ENTITY_ID", "")
SAML_IDP_SSO_URL = os.environ.get("SAML_IDP_SSO_URL", "")
# Workbooks are read in one way, whether lxml came with the extra or not (openpyxl would take it).
os.environ["OPENPYXL_LXML"] = "False"
if SAML_IDP_ENTITY_ID:
    # As OIDC_ID: names the provider in the links, so no other may ever have it.
    SAML_ID = os.environ.get("SAML_ID", "organisation-saml")
    if os.environ.get("OIDC_ID", "organisation") == SAML_ID:
        raise ImproperlyConfigured("SAML_ID and OIDC_ID name two providers: they must differ.")
    SAML_CERTIFICATE = os.environ.get("SAML_CERTIFICATE", "")
    SAML_KEY = os.environ.get("SAML_KEY", "")
    if bool(SAML_CERTIFICATE) != bool(SAML_KEY):
        raise ImproperlyConfigured("SAML_CERTIFICATE and SAML_KEY belong together: set both.")
    INSTALLED_APPS += ["allauth.socialaccount.providers.saml"]
    SOCIALACCOUNT_PROVIDERS["saml"] = {
        "provider_class": "members.saml.Provider",
        "APPS": [
            {
                "provider_id": SAML_ID,
                "client_id": SAML_ID,
                "name": os.environ.get("SAML_NAME", "your organisation"),
                "settings": {
                    "idp": {
                        "entity_id": SAML_IDP_ENTITY_ID,
                        "sso_url": SAML_IDP_SSO_URL,
                        "x509cert": os.environ.get("SAML_IDP_CERTIFICATE", ""),
                    },
                    "subject_attribute": os.environ.get("SAML_SUBJECT_ATTRIBUTE", ""),
                    "sp": {"x509cert": SAML_CERTIFICATE, "private_key": SAML_KEY},
                },
            }
        ],
    }

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
FORMAT_MODULE_PATH = ["framework_portal.formats"]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# Pages as strangers see them, under a key that changes with all that they are made of.
KEEP_PAGES = not DEBUG
CACHES = {
    # Counts attempts to sign in and remembers codes that were used, so all workers share it.
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "shared_cache",
        # Whoever tries many accounts must not push out what was counted of one.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
    "counts": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "counts",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    },
    "pages": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "pages",
        "TIMEOUT": 60 * 60,
        "OPTIONS": {"MAX_ENTRIES": 200},
    },
}

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_ALLOW_ALL_ORIGINS = False
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if "EMAIL_HOST" in os.environ
    else "django.core.mail.backends.console.EmailBackend"
)
EMAIL_HOST = os.environ.get("EMAIL_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("EMAIL_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env_bool("EMAIL_USE_TLS", False)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", f"portal@{PUBLIC_HOST}")

# A demonstration does everything at once, unless a worker runs beside it, as with `make run`.
HAS_WORKER = not (DEBUG or DEMONSTRATION) or os.environ.get("WORKER") == "1"
TASKS = {
    "default": {
        "BACKEND": "django_tasks_db.DatabaseBackend"
        if HAS_WORKER
        else "django_tasks.backends.immediate.ImmediateBackend"
    }
}

# Files that support a report, under the SHA-256 of their content; no address leads to this folder.
EVIDENCE_DIR = Path(os.environ.get("EVIDENCE_DIR", VAR_DIR / "evidence"))
EVIDENCE_FILE_MAX_SIZE = 25 * 1024 * 1024
EVIDENCE_REPORT_MAX_SIZE = 500 * 1024 * 1024
# A full disk stops more than uploads; a developer's may be as full as it likes.
EVIDENCE_MIN_FREE_PERCENT = int(
    os.environ.get("EVIDENCE_MIN_FREE_PERCENT", "0" if DEBUG or DEMONSTRATION else "10")
)
# ClamAV: a socket's path, or host and port. Without both nothing is scanned.
CLAMD_SOCKET = os.environ.get("CLAMD_SOCKET", "")
CLAMD_HOST = os.environ.get("CLAMD_HOST", "")
CLAMD_PORT = int(os.environ.get("CLAMD_PORT", "3310"))
CLAMD_TIMEOUT = 20

FILE_UPLOAD_HANDLERS = [
    "framework_portal.uploads.BoundedUploadHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "framework_portal.uploads.DiskUploadHandler",
]
# The files of one form together. What is longer than 2.5 MB goes to the disk and not to memory.
UPLOAD_MAX_SIZE = 30 * 1024 * 1024
# Five texts of 10,000 characters, each up to 12 bytes once percent-encoded, and much over-typing.
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024

CSRF_FAILURE_VIEW = "framework_portal.views.csrf_failure"
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
MESSAGE_STORAGE = "framework_portal.cookies.MessageStorage"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_AGE = 12 * 60 * 60
SECURE_SSL_REDIRECT = HTTPS
# Refused there, and not led on: framework_portal/headers.py.
SECURE_REDIRECT_EXEMPT = [r"^api/v1/"]
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "base-uri": [NONE],
        "connect-src": [SELF],
        "font-src": [SELF],
        # Browsers hold the way on from a form, to where one signs in, to this as well.
        "form-action": [
            SELF,
            *("/".join(url.split("/")[:3]) for url in (OIDC_SERVER, SAML_IDP_SSO_URL) if url),
        ],
        "frame-ancestors": [NONE],
        # Bootstrap draws its ticks and arrows as data: images.
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
    }
}

# A line of JSON for each request, for those who watch over the portal.
LOG_REQUESTS = env_bool("LOG_REQUESTS", not (DEBUG or DEMONSTRATION))
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": "framework_portal.log.Formatter",
            "format": "%(levelname)s %(name)s %(message)s",
            "timestamp": True,
        },
    },
    "filters": {"failures": {"()": "framework_portal.log.Failures"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler"},
        "json": {"class": "logging.StreamHandler", "formatter": "json"},
        "refusals": {"class": "framework_portal.log.Refusals"},
        "not_offered": {"class": "framework_portal.log.NotOffered"},
    },
    "root": {"handlers": ["json" if LOG_REQUESTS else "console"], "level": "WARNING"},
    "loggers": {
        "portal.requests": {"level": "INFO" if LOG_REQUESTS else "CRITICAL"},
        "portal.accounts": {"level": "INFO" if LOG_REQUESTS else "CRITICAL"},
        # Of what is refused or not found Django would write the whole address, tokens and all.
        "django.request": {"level": "ERROR", "filters": ["failures"] if LOG_REQUESTS else []},
        "django.security": {"handlers": ["refusals"], "propagate": False},
        "portal.choices": {"handlers": ["not_offered"], "propagate": False},
    },
}

# Where somebody can tell us of a hole; an address of the kind mailto: or https:.
SECURITY_CONTACT = os.environ.get("SECURITY_CONTACT", f"mailto:security@{PUBLIC_HOST}")
