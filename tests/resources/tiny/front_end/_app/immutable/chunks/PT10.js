const e="Nome",n="Olá",t={Name:e,"Sign in to {{WEBUI_NAME}}":"Entrar em {{WEBUI_NAME}}",Welcome:n};export{e as Name,n as Welcome,t as default};
