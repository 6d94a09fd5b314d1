import { describeSteps } from './faults.suite.ts';
import { describeAllFiles, HANDLERS } from './handlers.ts';
import { describeSettings } from './settings.suite.ts';
import { describeToolRounds } from './matrix.suite.ts';

for (const handlerCase of HANDLERS) {
  describeSteps(handlerCase);
  describeSettings(handlerCase);
  describeToolRounds(handlerCase);
}

describeAllFiles();
