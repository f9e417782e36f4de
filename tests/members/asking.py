"""For tests of what may be asked for so often in a minute."""

API, FRAMEWORK = "/api/v1/frameworks", "/frameworks/2022-2025"
PAGES = ["/", "/healthz", FRAMEWORK + "/", f"{FRAMEWORK}/goals/1/", "/accounts/login/"]
HERE, ELSEWHERE = "192.0.2.1", "192.0.2.2"
MOST = 3


def asked(client, address, times=MOST + 1, **more):
    answers = [client.get(address, **more) for _time in range(times)]
    # What is streamed is closed by being read.
    for each in answers:
        b"".join(each)
    return [each.status_code for each in answers]
