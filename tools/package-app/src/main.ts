import { fileURLToPath } from 'node:url';
import { packageApp } from './package-app.ts';

const WORKSPACE = fileURLToPath(new URL('../../..', import.meta.url));
const [app = ''] = process.argv.slice(2);

const { folder, libraries, packages } = packageApp(WORKSPACE, app);
console.log(`${folder}: ${libraries.length} libraries, ${packages.length} packages`);
