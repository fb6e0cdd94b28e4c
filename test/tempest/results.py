"""Turns a subunit stream on standard input into JSON on standard output: one line for each test and its outcome."""

import json
import sys

import subunit
import testtools

TEXT_MAX = 20_000


class Outcomes(testtools.StreamResult):
    def __init__(self):
        super().__init__()
        self.texts = {}

    def status(self, test_id=None, test_status=None, file_name=None, file_bytes=None, **_):
        if test_id is None:
            return
        if file_name is not None and (file_name == "reason" or file_name.startswith("traceback")):
            self.texts[test_id] = (self.texts.get(test_id, b"") + file_bytes)[-TEXT_MAX:]
        if test_status in ("success", "fail", "skip", "uxsuccess", "xfail"):
            text = self.texts.pop(test_id, b"").decode("utf-8", "replace")
            print(json.dumps({"test": test_id, "status": test_status, "text": text}))


subunit.ByteStreamToStreamResult(sys.stdin.buffer, non_subunit_name="stdout").run(Outcomes())
