export const APP_NAME = 'Tiny';
