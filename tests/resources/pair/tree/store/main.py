"""Pair's store: keeps notes in a file, for those who know the token."""

import json
import os
import sys
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

MOTTO = 'Pair keeps it'
NOTES = Path('/data/notes.json')
PORT = 9000


class Store(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == '/health':
            Path('/data/.probe').write_text('')
            return self.say({'motto': MOTTO})
        if self.headers['Authorization'] != os.environ['TOKEN']:
            return self.send_error(401)
        self.say(notes())

    def do_POST(self):
        if self.headers['Authorization'] != os.environ['TOKEN']:
            return self.send_error(401)
        text = self.rfile.read(int(self.headers['Content-Length'])).decode()
        NOTES.write_text(json.dumps([*notes(), text]))
        self.say(notes())

    def say(self, data):
        body = json.dumps(data).encode()
        self.send_response(200)
        self.send_header('Content-Type', 'application/json')
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def notes():
    return json.loads(NOTES.read_text()) if NOTES.exists() else []


if sys.argv[1:] == ['probe']:
    urllib.request.urlopen(f'http://127.0.0.1:{PORT}/health', timeout=3)
else:
    if os.environ.get('BROKEN') == 'true':
        sys.exit(f"the store is broken, and its token is {os.environ['TOKEN']}")
    ThreadingHTTPServer(('', PORT), Store).serve_forever()
