declare module '@babel/preset-typescript' {
  const preset: (api: object, options: object) => object;
  export default preset;
}
