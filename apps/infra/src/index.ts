export { TablesStack, type TablesStackProps } from './tables.stack.ts';
