const usual = { api: { baseUrl: '/creator', lambServer: 'http://localhost:9099' } };

export function getConfig() {
	return window.LAMB_CONFIG ?? usual;
}

export function getApiUrl(endpoint) {
	const base = getConfig().api.baseUrl || usual.api.baseUrl;
	return `${base.replace(/\/$/, '')}/${endpoint.replace(/^\//, '')}`;
}
