# Works on a bare Debian 12 with python3, python3-pip and make: uv builds the
# environment, because python3 -m venv and a system-wide pip install fail there.
PORT ?= 8000
HOST ?= 127.0.0.1
DEBUG ?= 0

PY := .venv/bin/python
UV := .tools/bin/uv
# Playwright's plugin, where it is installed, would open a browser for any argument named page.
PYTEST := .venv/bin/pytest -q -n auto --dist worksteal -p no:playwright
SYNC := $(UV) pip sync --quiet --compile-bytecode --python $(PY)
DEMO := DEBUG=$(DEBUG) DEMONSTRATION=1 PORT=$(PORT) SECRET_KEY="$$(cat var/secret-key)"

# What asks for known holes: a service on the internet, which it may not reach.
AUDIT := $(PY) tests/audit.py
PIP_AUDIT := $(UV) tool run pip-audit==2.10.1

APPS := framework_portal members goals objectives reporting
NEW_MFA_KEY := from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())

.PHONY: setup run worker test check fix test-browser bench lock audit

setup: .venv/dev.stamp

run: .venv/dev.stamp var/secret-key var/static.stamp
	@$(DEMO) $(PY) manage.py migrate --verbosity 0
	@$(DEMO) $(PY) manage.py load_demonstration
	@printf '\n  Framework Portal serves at http://%s:%s/  (Ctrl-C ends it)\n\n' $(HOST) $(PORT)
	@export $(DEMO) WORKER=1; $(PY) manage.py db_worker & trap "kill $$!" EXIT; \
		.venv/bin/gunicorn framework_portal.wsgi --bind $(HOST):$(PORT) --config framework_portal/gunicorn.py

# As in production: with the environment's settings, or with those of this checkout. `make run`
# has its own.
worker: .venv/dev.stamp var/secret-key var/mfa-key
	@DEBUG=0 PORT=$(PORT) SECRET_KEY="$${SECRET_KEY:-$$(cat var/secret-key)}" \
		MFA_KEYS="$${MFA_KEYS:-$$(cat var/mfa-key)}" exec $(PY) manage.py db_worker

# The whole suite on SQLite and, where PostgreSQL's programs are installed, on PostgreSQL.
test: .venv/dev.stamp
	env -u DATABASE_URL $(PYTEST)
	$(PY) tests/with_postgres.py $(PYTEST)

# Fails for a hole that is known; of what nobody knows here, only `audit` does.
check: .venv/dev.stamp $(UV)
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/djhtml --check --tabwidth 2 templates
	.venv/bin/lint-imports
	$(PY) manage.py makemigrations --check --dry-run
	DEBUG=0 PUBLIC_BASE_URL=https://portal.example SECRET_KEY="$$($(PY) -c 'import secrets; print(secrets.token_urlsafe(64))')" \
		MFA_KEYS="$$($(PY) -c '$(NEW_MFA_KEY)')" $(PY) manage.py check --deploy --fail-level WARNING
	.venv/bin/bandit --quiet --recursive --severity-level medium --exclude '*/migrations/*' $(APPS)
	@$(AUDIT) $(PIP_AUDIT)

fix: .venv/dev.stamp
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .
	.venv/bin/djhtml --tabwidth 2 templates

test-browser: .venv/browser.stamp
	env -u DATABASE_URL .venv/bin/pytest -q tests/browser

bench: .venv/dev.stamp var/secret-key var/static.stamp
	$(PY) -m tests.bench
	$(PY) tests/with_postgres.py --durable $(PY) -m tests.bench --postgres
	$(PY) -m tests.bench.volume 1 100
	$(PY) tests/with_postgres.py --durable $(PY) -m tests.bench.volume --postgres 1 100
	$(PY) -m tests.bench.files
	$(PY) tests/with_postgres.py --durable $(PY) -m tests.bench.files --postgres
	$(PY) -m tests.bench.deadline
	$(PY) tests/with_postgres.py --durable $(PY) -m tests.bench.deadline --postgres

# The same, and fails unless all that is locked was looked up: else it would say "none".
audit: .venv/dev.stamp $(UV)
	$(AUDIT) --strict $(PIP_AUDIT)

# Writes the lock files anew; they name no index.
lock: $(UV)
	$(UV) pip compile pyproject.toml --quiet --upgrade --generate-hashes --python-version 3.11 --no-header --output-file requirements.txt
	$(UV) pip compile pyproject.toml --quiet --generate-hashes --python-version 3.11 --no-header --constraints requirements.txt --group dev --output-file requirements-dev.txt
	$(UV) pip compile pyproject.toml --quiet --generate-hashes --python-version 3.11 --no-header --constraints requirements-dev.txt --group browser --output-file requirements-browser.txt

$(UV):
	python3 -m pip install --quiet --disable-pip-version-check --root-user-action ignore --target .tools --upgrade uv

.venv/bin/python: | $(UV)
	$(UV) venv --quiet --clear --python python3 .venv

.venv/dev.stamp: requirements-dev.txt | .venv/bin/python
	$(SYNC) requirements-dev.txt
	@touch $@

.venv/browser.stamp: requirements-browser.txt .venv/dev.stamp
	$(SYNC) requirements-browser.txt
	@touch $@

var/secret-key: | .venv/dev.stamp
	@mkdir -p var
	@umask 077 && $(PY) -c 'import secrets; print(secrets.token_urlsafe(64))' > $@

var/mfa-key: | .venv/dev.stamp
	@mkdir -p var
	@umask 077 && $(PY) -c '$(NEW_MFA_KEY)' > $@

var/static.stamp: $(shell find static -type f) .venv/dev.stamp | var/secret-key
	@$(DEMO) $(PY) manage.py collectstatic --noinput --verbosity 0
	@touch $@
