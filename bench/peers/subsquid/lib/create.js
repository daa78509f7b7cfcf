// Makes the tables, before the clock runs.
const {createOrmConfig} = require("@subsquid/typeorm-config")
const {DataSource} = require("typeorm")

new DataSource({...createOrmConfig(), synchronize: true}).initialize().then((source) => source.destroy())
