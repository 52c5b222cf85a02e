const s="c0ffee01";export{s as v};
