"""Runs Jasmin in the working directory. Its own program takes a lock in /tmp, so that two tests could not run at a time."""
import os

import txamqp

os.makedirs('store')
protocol = os.path.join(os.path.dirname(txamqp.__file__), 'specs/standard/amqp0-9-1.stripped.xml')
os.environ.update(CONFIG_PATH='.', STORE_PATH='store/', LOG_PATH='log', AMQP_BROKER_SPEC=protocol)

from jasmin.bin.jasmind import JasminDaemon, Options
from twisted.internet import reactor

options = Options()
options.parseOptions(['--config', 'jasmin.cfg', '--enable-dlr-lookup', '--enable-dlr-thrower', '--disable-http-api'])
JasminDaemon(options).start()
reactor.run()
