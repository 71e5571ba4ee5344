// Makes node_modules/.bin/node lead to the Node that the project brings along. npm drops that link on some
// installs (npm/cli#4362), so it is made again after each. Runs on the machine's own Node, 18 or newer.
import { markInstalled } from './run/install.mjs';
import { linkBundledNode } from './run/node.mjs';

const linked = linkBundledNode();
if (!linked) console.log(`No Node is bundled for ${process.platform}-${process.arch}; the installed one is used.`);
markInstalled();
