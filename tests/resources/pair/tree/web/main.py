"""Pair's front: its name, and what the store keeps; well when the store is."""

import json
import os
import sys
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

NAME = 'Pair'
PORT = int(os.environ.get('PORT', '8080'))
VERSION = json.load(open('/app/package.json'))['version']


def ask(path, data=None):
    request = urllib.request.Request(os.environ['STORE_URL'] + path, data)
    request.add_header('Authorization', os.environ['TOKEN'])
    with urllib.request.urlopen(request, timeout=2) as answer:
        return answer.read()


class Web(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == '/health':
            return self.say(ask('/health'))
        if self.path == '/notes':
            return self.say(ask('/notes'))
        self.say(json.dumps({'name': NAME, 'version': VERSION}).encode())

    def do_POST(self):
        self.say(ask('/notes', self.rfile.read(int(self.headers['Content-Length']))))

    def say(self, body):
        self.send_response(200)
        self.send_header('Content-Type', 'application/json')
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)


if sys.argv[1:] == ['probe']:
    urllib.request.urlopen(f'http://127.0.0.1:{PORT}/health', timeout=3)
else:
    ThreadingHTTPServer(('', PORT), Web).serve_forever()
