export { flowXml } from './flow-xml.ts';
