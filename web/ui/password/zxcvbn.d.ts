/** The lists one by one: together they are twice as big as the page may load. */
declare module '@zxcvbn-ts/language-common/dist/*' {
  const list: (string | number)[];
  // biome-ignore lint/style/noDefaultExport: that is how the package exports it
  export default list;
}
declare module '@zxcvbn-ts/language-en/dist/*' {
  const list: (string | number)[];
  // biome-ignore lint/style/noDefaultExport: that is how the package exports it
  export default list;
}
