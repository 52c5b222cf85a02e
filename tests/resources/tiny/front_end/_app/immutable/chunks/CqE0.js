const t="Tiny",e="c0ffee01";export{t as n,e as b};
