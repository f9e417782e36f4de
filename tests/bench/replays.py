"""One form, posted again and again: at once, later, and after the server was restarted.

python -m tests.bench.replays
python tests/with_postgres.py --durable python -m tests.bench.replays --postgres
"""

import json
import sys
import urllib.parse
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from tests.bench.__main__ import portal, python
from tests.bench.deadline import ROUND, Browser, build, content

AT_ONCE, LATER, AFTER_RESTART = 50, 50, 10


def main(*arguments):
    build(postgres=arguments == ("--postgres",))
    people, codes = json.loads(python("-m", "tests.bench.people", ROUND))
    path = f"/reporting/{ROUND}/{codes[0]}/submit/"
    form = content("Twelve border points.") | {"version": 0, "token": str(uuid.uuid4())}
    answers = Counter()

    def post(_number):
        status, location = browser.locate(path, form)
        answers[f"{status} {location}"] += 1

    with portal() as address:
        browser = Browser(urllib.parse.urlsplit(address).netloc, *people[0])
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(post, range(AT_ONCE)))
        for number in range(LATER):
            post(number)
    with portal() as address:
        browser = Browser(urllib.parse.urlsplit(address).netloc, *people[0])
        for number in range(AFTER_RESTART):
            post(number)
    stored = json.loads(python("-m", "tests.bench.people", ROUND, "--texts"))
    print(f"Answers: {dict(answers)}. Submissions: {len(stored)}.")
    return 0 if len(answers) == 1 and len(stored) == 1 else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
