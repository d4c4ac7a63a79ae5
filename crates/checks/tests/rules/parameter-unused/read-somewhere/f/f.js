function f(connection) { return connection.region; }
