"""Settings of Tiny."""

import json
import os
from pathlib import Path

ROOT = Path(__file__).parents[2]
VERSION = json.loads((ROOT / 'package.json').read_text())['version']

WEBUI_NAME = os.environ.get('WEBUI_NAME', 'Tiny')
if WEBUI_NAME != 'Tiny':
    WEBUI_NAME += ' (Tiny)'
