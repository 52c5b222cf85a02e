const e="Name",n=`Grüß Gott`,t={Name:e,"Sign in to {{WEBUI_NAME}}":"Bei {{WEBUI_NAME}} anmelden",Welcome:n};export{e as Name,n as Welcome,t as default};
