const STARTED = performance.now();

const seconds = () => ((performance.now() - STARTED) / 1_000).toFixed(0).padStart(3);

/** A step of the evening. */
export const chapter = (title: string): void => console.log(`\n[${seconds()} s] ${title}`);

export const tell = (text: string): void => console.log(text.replace(/^/gm, '        '));

/** A command as somebody would type it. */
export const typed = (command: string): void => tell(`$ ${command}`);

export const number = (value: number): string => value.toLocaleString('en-US');
