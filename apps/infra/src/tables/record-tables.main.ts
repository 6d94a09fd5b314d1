import { stages } from '../stages/stages.ts';
import { recordTables } from './deployed-tables.ts';

recordTables(stages);
