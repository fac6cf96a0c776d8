/** Makes a module of a text file, for Jest. */
export default {
  process: (text) => ({ code: `export default ${JSON.stringify(text)};` }),
};
