/** Hosts that lead each computer to itself. */

const OWN_HOST = /^(localhost|127\.[0-9.]+|0\.0\.0\.0|\[::1?\])$/;

/** Whether others find another computer at this host, or none. @param {string} hostname As in a page's address. */
export const isOwnHost = (hostname) => OWN_HOST.test(hostname);
