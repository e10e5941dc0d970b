/** The version of the package, as the server tells it; a test holds it equal to `package.json`. */
export const serverVersion = '0.1.0'
