"""Builds Tiny's front end as a bundler does: scripts named by their content, the page with the first of them."""

import hashlib
import json
import re
import shutil
import sys
from pathlib import Path

HEAD = '<link rel="modulepreload" href="/{0}" />'
BODY = '<body>\n\t\t<script type="module">\n\t\t\timport("/{0}");\n\t\t</script>\n\t</body>'
ENTRY = (
    'import{n as n}from"../chunks/%s";import{t as o}from"../chunks/%s";import{v as s}from"../chunks/%s";'
    'document.title=n;o(navigator.language).then(e=>{'
    'const t=k=>(e.default[k]||k).replace("{{WEBUI_NAME}}",n);'
    'document.body.innerHTML=`<img src="/static/favicon.png" alt=""><h1>${t("Sign in to {{WEBUI_NAME}}")}</h1>'
    '<button>${t("Welcome")}</button><label>${t("Name")} <input></label>`});'
    'export{s as version};\n'
)


def put(out, folder, text):
    name = hashlib.sha256(text.encode()).hexdigest()[:8] + '.js'
    place = out / '_app/immutable' / folder / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text)
    return name


def locale(out, file):
    texts = json.dumps(json.loads(file.read_text()), ensure_ascii=False)
    return put(out, 'chunks', f'const t={texts};export{{t as default}};\n')


def main(out, version):
    shutil.copytree('static', out / 'static')
    name = re.search(r"APP_NAME = '(.*)'", Path('src/lib/constants.ts').read_text())[1]
    constants = put(out, 'chunks', f'const t="{name}",e="{version}";export{{t as n,e as b}};\n')
    stamp = put(out, 'chunks', f'const s="{version}";export{{s as v}};\n')
    files = sorted(Path('src/lib/i18n/locales').glob('*/translation.json'))
    entries = ','.join(f'"./locales/{f.parent.name}/translation.json":()=>import("./{locale(out, f)}")' for f in files)
    chosen = 'const T=t=>P[`./locales/${t}/translation.json`]();export{T as t};\n'
    map_ = put(out, 'chunks', f'const P=Object.assign({{{entries}}});{chosen}')
    entry = '_app/immutable/entry/' + put(out, 'entry', ENTRY % (constants, map_, stamp))
    page = Path('src/app.html').read_text().replace('%tiny.head%', HEAD.format(entry))
    (out / 'index.html').write_text(page.replace('<body></body>', BODY.format(entry)))
    (out / '_app/version.json').write_text(json.dumps({'version': version}))


if __name__ == '__main__':
    main(Path(sys.argv[1]), sys.argv[2])
