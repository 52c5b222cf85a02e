const e="",n="",t={Name:e,"Sign in to {{WEBUI_NAME}}":n,Welcome:""};export{e as Name,n as Welcome,t as default};
