"""Tiny: a name, a page, three languages."""

import json
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

from env import ROOT, VERSION, WEBUI_NAME

ANSWERS = {
    '/health': {'status': True},
    '/api/config': {'status': True, 'name': WEBUI_NAME, 'version': VERSION},
    '/api/about': {'made_by': 'the people of Tiny'},
    '/manifest.json': {'name': WEBUI_NAME, 'short_name': WEBUI_NAME},
}


class Tiny(SimpleHTTPRequestHandler):
    extensions_map = SimpleHTTPRequestHandler.extensions_map | {'.js': 'text/javascript'}

    def __init__(self, *args):
        super().__init__(*args, directory=str(ROOT / 'build'))

    def end_headers(self):
        # A browser that saw another version asks again.
        self.send_header('Cache-Control', 'no-cache')
        super().end_headers()

    def do_GET(self):
        # A page of another version may be newer than ours, and is still not ours.
        del self.headers['If-Modified-Since']
        path = self.path.partition('?')[0]
        if path not in ANSWERS:
            del self.headers['If-Modified-Since']  # a page of an image that was built earlier is another one too
            return super().do_GET()
        body = json.dumps(ANSWERS[path]).encode()
        self.send_response(200)
        self.send_header('Content-Type', 'application/json')
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def end_headers(self):
        if self.path.partition('?')[0].endswith(('/', '.html')):
            self.send_header('Cache-Control', 'no-cache')
        super().end_headers()


if __name__ == '__main__':
    ThreadingHTTPServer(('', 8080), Tiny).serve_forever()
