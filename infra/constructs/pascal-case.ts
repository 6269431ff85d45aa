/** A name as constructs are named: `count-clicks` and `countClicks` are both `CountClicks`. */
export function pascalCase(name: string): string {
  return name.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
}
