/** Files that the bundle carries as bytes. */
declare module '*.gz' {
  const bytes: Uint8Array;
  export default bytes;
}
