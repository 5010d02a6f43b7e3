# ruff: noqa: E501  an article is a line, and many are Arabic, Chinese or Cyrillic
"""Invented news in Russian, Arabic, Chinese and Turkish, written for this project, each with an English headline in other words.

A story has the headline and, for each language, its own headline and lead. The stories come in pairs that are hard to distinguish: the same
place and actors on another day, or a similar event elsewhere.
"""

STORIES = [
    ("Dozens rescued from blazing hotel in Antalya", {
        "ru": ("В Анталье загорелся отель, эвакуированы 340 человек", "Пожар вспыхнул ночью на третьем этаже гостиницы в районе Лара. Пожарные вывели постояльцев по лестницам, 42 человека сняли с балконов. Погибших нет, шестеро отравились дымом."),
        "ar": ("إخلاء فندق في أنطاليا بعد اندلاع حريق", "اندلع الحريق ليلا في الطابق الثالث من فندق بمنطقة لارا. وأنقذ رجال الإطفاء 42 شخصا من الشرفات. ولم يسقط قتلى، لكن ستة نزلاء أصيبوا بالاختناق."),
        "zh": ("安塔利亚一酒店夜间起火，数百名客人疏散", "火灾发生在拉腊区一家酒店的三楼。消防员用云梯从阳台救下42人。没有人死亡，六人因吸入浓烟送医。"),
        "tr": ("Antalya'da otelde yangın: 340 kişi tahliye edildi", "Lara'daki otelin üçüncü katında gece yangın çıktı. İtfaiye 42 kişiyi balkonlardan kurtardı. Ölen olmadı, altı konuk dumandan zehirlendi."),
    }),
    ("Antalya counts record number of holidaymakers", {
        "ru": ("Анталья приняла рекордные 17 миллионов туристов", "Столько гостей курорт не принимал ещё никогда. Больше всего приехало россиян и немцев. Губернатор объясняет рост новыми рейсами."),
        "ar": ("أنطاليا تستقبل عددا قياسيا من السياح", "بلغ عدد الزوار هذا العام 17 مليونا، وهو أعلى رقم في تاريخ المدينة. وجاء معظمهم من روسيا وألمانيا. ويعزو المحافظ الزيادة إلى رحلات جوية جديدة."),
        "zh": ("安塔利亚今年游客人数创历史新高", "前往这座度假城市的游客达1700万人次。其中俄罗斯人和德国人最多。省长说增长得益于新开的航线。"),
        "tr": ("Antalya turizmde tüm zamanların rekorunu kırdı", "Kente bu yıl 17 milyon turist geldi. En çok ziyaretçi Rusya ve Almanya'dan. Vali artışı yeni uçuşlara bağladı."),
    }),
    ("Egypt floats bonds to pay for new railway to Aswan", {
        "ru": ("Египет выпустит облигации ради скоростной дороги до Асуана", "Правительство хочет занять два миллиарда долларов. Деньги пойдут на строительство линии из Каира в Асуан. Первые поезда обещают через четыре года."),
        "ar": ("مصر تطرح سندات لتمويل قطار أسوان السريع", "تعتزم الحكومة اقتراض ملياري دولار من الأسواق. وستخصص الأموال لبناء خط السكك الحديدية من القاهرة إلى أسوان. ومن المقرر تشغيل أولى الرحلات بعد أربع سنوات."),
        "zh": ("埃及发行债券修建通往阿斯旺的高铁", "政府计划借款20亿美元。资金将用于建设开罗至阿斯旺的铁路。首批列车预计四年后开行。"),
        "tr": ("Mısır, Asvan hızlı treni için tahvil çıkarıyor", "Hükümet piyasadan iki milyar dolar borçlanacak. Para Kahire ile Asvan arasındaki demir yoluna harcanacak. İlk trenlerin dört yıl sonra çalışması bekleniyor."),
    }),
    ("Train derails south of Aswan, eleven dead", {
        "ru": ("Поезд сошёл с рельсов под Асуаном, 11 погибших", "Три вагона опрокинулись у деревни Дарау. Ещё 60 человек ранены. Машиниста задержали, следствие проверяет состояние путей."),
        "ar": ("مقتل 11 شخصا في خروج قطار عن القضبان قرب أسوان", "انقلبت ثلاث عربات عند قرية دراو. وأصيب ستون راكبا بجروح. وأوقفت الشرطة السائق وبدأت النيابة التحقيق في حالة السكة."),
        "zh": ("埃及阿斯旺附近火车出轨致11人遇难", "三节车厢在达劳村附近翻覆。另有60名乘客受伤。司机已被拘留，调查人员正在检查轨道。"),
        "tr": ("Asvan yakınında tren raydan çıktı: 11 ölü", "Darav köyü yakınında üç vagon devrildi. Altmış yolcu yaralandı. Makinist gözaltına alındı, raylar inceleniyor."),
    }),
    ("Chengdu zoo celebrates birth of panda twins", {
        "ru": ("В зоопарке Чэнду родились два детёныша панды", "Самка по кличке Мэймэй принесла двойню в понедельник утром. Каждый малыш весит около 150 граммов. Посетители увидят их через три месяца."),
        "ar": ("ولادة توأم باندا في حديقة حيوان تشنغدو", "أنجبت الأنثى ميمي توأمين صباح الاثنين. ويزن كل صغير نحو 150 غراما. وسيتمكن الزوار من رؤيتهما بعد ثلاثة أشهر."),
        "zh": ("成都动物园大熊猫美美产下双胞胎", "大熊猫美美周一早晨产下两只幼崽。每只体重约150克。游客三个月后可以看到它们。"),
        "tr": ("Çengdu hayvanat bahçesinde ikiz panda doğdu", "Meymey adlı panda pazartesi sabahı ikiz doğurdu. Yavruların her biri yaklaşık 150 gram. Ziyaretçiler onları üç ay sonra görebilecek."),
    }),
    ("Escaped tiger caught after two days on the loose in Chengdu", {
        "ru": ("Сбежавшего из зоопарка Чэнду тигра поймали", "Двое суток хищник бродил по пригородам. Его усыпили дротиком на чайной плантации. Школы района снова открыты."),
        "ar": ("الإمساك بنمر هرب من حديقة حيوان تشنغدو", "ظل النمر طليقا يومين في ضواحي المدينة. وجرى تخديره في مزرعة شاي. وأعيد فتح المدارس في المنطقة."),
        "zh": ("成都动物园出逃老虎两天后被捕获", "这只老虎在郊区游荡了两天。工作人员在一处茶园用麻醉枪将其制服。附近学校已恢复上课。"),
        "tr": ("Çengdu'da kaçan kaplan iki gün sonra yakalandı", "Kaplan kentin dış mahallelerinde iki gün dolaştı. Bir çay bahçesinde iğneyle uyutuldu. Bölgedeki okullar yeniden açıldı."),
    }),
    ("Power returns to Beirut after blackout of three days", {
        "ru": ("В Бейрут вернулось электричество после трёх дней темноты", "Станция Захрани снова работает: пришёл танкер с топливом. Больницы всё это время жили на генераторах. Министр извинился перед жителями."),
        "ar": ("عودة الكهرباء إلى بيروت بعد انقطاع دام ثلاثة أيام", "عاد معمل الزهراني إلى العمل بعد وصول ناقلة الوقود. واعتمدت المستشفيات على المولدات طوال هذه المدة. واعتذر الوزير من المواطنين."),
        "zh": ("贝鲁特停电三天后恢复供电", "运送燃料的油轮抵达后，扎赫拉尼电厂重新发电。停电期间医院依靠发电机维持。部长向居民道歉。"),
        "tr": ("Beyrut üç günlük kesintinin ardından elektriğe kavuştu", "Yakıt tankerinin gelmesiyle Zahrani santrali yeniden çalıştı. Hastaneler bu sürede jeneratörle idare etti. Bakan halktan özür diledi."),
    }),
    ("Lebanese banks reopen after depositors' raids", {
        "ru": ("Банки Ливана открылись после налётов вкладчиков", "Неделю отделения были закрыты: клиенты с оружием требовали свои сбережения. Теперь в зал пускают по записи. Лимит на снятие остался прежним."),
        "ar": ("مصارف لبنان تفتح أبوابها بعد اقتحامات المودعين", "أغلقت الفروع أسبوعا بعدما طالب زبائن مسلحون بأموالهم. وأصبح الدخول بموعد مسبق. وبقي سقف السحب على حاله."),
        "zh": ("黎巴嫩银行在储户闯入事件后重新营业", "此前有储户持枪要求取回存款，各分行关闭了一周。现在客户须预约才能进入。取款限额保持不变。"),
        "tr": ("Lübnan'da bankalar mudi baskınlarından sonra açıldı", "Silahlı müşteriler paralarını isteyince şubeler bir hafta kapalı kaldı. Artık içeri randevuyla giriliyor. Para çekme sınırı değişmedi."),
    }),
    ("Kazan scientists unveil blood test for early cancer", {
        "ru": ("В Казани создали анализ крови для ранней диагностики рака", "Тест выявляет опухоль лёгкого за двадцать минут. Его проверили на 900 добровольцах. В больницы он поступит после регистрации."),
        "ar": ("علماء في قازان يطورون فحص دم لكشف السرطان مبكرا", "يكشف الاختبار عن أورام الرئة خلال عشرين دقيقة. وقد جرب على 900 متطوع. وسيصل إلى المستشفيات بعد تسجيله."),
        "zh": ("喀山科学家研制出癌症早期血液检测法", "这种检测二十分钟内即可发现肺部肿瘤。900名志愿者参加了试验。获得注册后将进入医院。"),
        "tr": ("Kazanlı bilim insanlarından erken kanser teşhisi için kan testi", "Test akciğer tümörünü yirmi dakikada saptıyor. 900 gönüllüde denendi. Ruhsat alınca hastanelerde kullanılacak."),
    }),
    ("Kazan clinic chief jailed for bribes", {
        "ru": ("Главврач казанской клиники получил семь лет за взятки", "Суд установил, что он брал деньги с поставщиков приборов. Ущерб превысил 40 миллионов рублей. Адвокат обжалует приговор."),
        "ar": ("السجن سبع سنوات لمدير مستشفى في قازان بتهمة الرشوة", "أثبتت المحكمة أنه تقاضى أموالا من موردي الأجهزة. وتجاوزت المبالغ أربعين مليون روبل. وسيطعن محاميه في الحكم."),
        "zh": ("喀山一医院院长因受贿被判七年", "法院认定他向设备供应商收取钱财。金额超过四千万卢布。律师表示将上诉。"),
        "tr": ("Kazan'da başhekime rüşvetten yedi yıl hapis", "Mahkeme, hekimin cihaz satıcılarından para aldığına hükmetti. Tutar 40 milyon rubleyi aştı. Avukatı karara itiraz edecek."),
    }),
    ("Drought empties Istanbul's reservoirs", {
        "ru": ("Водохранилища Стамбула обмелели из-за засухи", "Запасы воды упали до 18 процентов. Мэрия просит жителей экономить и запретила мыть машины. Дождей синоптики не ждут ещё две недели."),
        "ar": ("الجفاف يستنزف خزانات المياه في إسطنبول", "تراجع المخزون إلى 18 في المئة. ودعت البلدية السكان إلى الترشيد وحظرت غسل السيارات. ولا يتوقع خبراء الأرصاد أمطارا قبل أسبوعين."),
        "zh": ("干旱令伊斯坦布尔水库见底", "蓄水量降至18%。市政府呼吁居民节水并禁止洗车。气象部门预计两周内不会下雨。"),
        "tr": ("İstanbul'un barajlarında su yüzde 18'e düştü", "Kuraklık barajları boşalttı. Belediye tasarruf çağrısı yaptı ve araç yıkamayı yasakladı. İki hafta boyunca yağmur beklenmiyor."),
    }),
    ("Bosphorus shut to ships after freighter loses steering", {
        "ru": ("Босфор закрыли: сухогруз потерял управление", "Судно под флагом Панамы прибило к берегу у Бебека. Буксиры оттащили его через четыре часа. Двадцать кораблей ждали у входа в пролив."),
        "ar": ("إغلاق البوسفور بعد تعطل دفة سفينة شحن", "جنحت السفينة التي ترفع علم بنما قرب حي بيبك. وسحبتها القاطرات بعد أربع ساعات. وانتظرت عشرون سفينة عند مدخل المضيق."),
        "zh": ("货轮舵机失灵，博斯普鲁斯海峡暂停通航", "一艘悬挂巴拿马旗的货轮在贝贝克附近搁浅。拖船四小时后将其拖离。二十艘船在海峡入口等候。"),
        "tr": ("Dümeni kilitlenen yük gemisi İstanbul Boğazı'nı kapattı", "Panama bayraklı gemi Bebek kıyısına sürüklendi. Römorkörler gemiyi dört saat sonra çekti. Yirmi gemi Boğaz girişinde bekledi."),
    }),
    ("Nobel laureate's lost manuscript surfaces in Damascus", {
        "ru": ("В Дамаске нашли утраченную рукопись нобелевского лауреата", "Двести страниц романа лежали в подвале книжной лавки. Почерк подтвердили эксперты. Книга выйдет весной."),
        "ar": ("العثور في دمشق على مخطوطة مفقودة لأديب حائز نوبل", "كانت مئتا صفحة من الرواية في قبو مكتبة قديمة. وأكد خبراء أن الخط خط الكاتب. وستنشر الرواية في الربيع."),
        "zh": ("诺贝尔奖得主遗失手稿在大马士革被发现", "两百页小说手稿藏在一家旧书店的地下室。专家确认了笔迹。小说将于春季出版。"),
        "tr": ("Nobelli yazarın kayıp el yazması Şam'da bulundu", "Romanın iki yüz sayfası bir sahafın bodrumundaymış. Uzmanlar el yazısını doğruladı. Kitap baharda yayımlanacak."),
    }),
    ("Old city of Damascus loses market to flames", {
        "ru": ("В старом Дамаске сгорел рынок Сарудж", "Огонь уничтожил 80 лавок. Причиной назвали короткое замыкание. Торговцам обещали помощь, но не сказали какую."),
        "ar": ("حريق يلتهم سوق ساروجة في دمشق القديمة", "أتت النيران على ثمانين محلا. ورجحت السلطات وقوع تماس كهربائي. ووعد التجار بتعويضات لم تحدد."),
        "zh": ("大马士革老城一集市被大火烧毁", "大火吞噬了萨鲁贾集市的八十家店铺。原因可能是电线短路。当局承诺补偿商户，但没有说明金额。"),
        "tr": ("Eski Şam'da çarşı kül oldu", "Saruca çarşısında seksen dükkân yandı. Nedenin kısa devre olduğu sanılıyor. Esnafa yardım sözü verildi, ayrıntı açıklanmadı."),
    }),
    ("Shenzhen lets driverless taxis roam the whole city", {
        "ru": ("Беспилотные такси поедут по всему Шэньчжэню", "До сих пор они ездили только в двух районах. Теперь лицензию получили 600 машин. Водителей обычных такси обещают переучить."),
        "ar": ("شنتشن تسمح لسيارات الأجرة ذاتية القيادة في جميع أحيائها", "كانت السيارات تعمل في حيين فقط. وحصلت 600 سيارة على رخص جديدة. ووعدت المدينة بتدريب السائقين على مهن أخرى."),
        "zh": ("深圳全市开放无人驾驶出租车", "此前无人出租车只在两个区运营。现在有600辆车获得牌照。市政府承诺为出租车司机提供再培训。"),
        "tr": ("Şenzen'de sürücüsüz taksiler tüm kente açıldı", "Araçlar şimdiye dek iki ilçede çalışıyordu. 600 araca ruhsat verildi. Taksicilere yeniden eğitim sözü verildi."),
    }),
    ("Battery plant blast in Shenzhen kills nine workers", {
        "ru": ("Взрыв на заводе аккумуляторов в Шэньчжэне: девять погибших", "Детонация произошла в цехе сушки. Огонь тушили всю ночь. Директора предприятия задержали."),
        "ar": ("مقتل تسعة عمال في انفجار بمصنع بطاريات في شنتشن", "وقع الانفجار في قسم التجفيف. واستمر إخماد النيران طوال الليل. واحتجزت الشرطة مدير المصنع."),
        "zh": ("深圳电池厂爆炸造成九名工人死亡", "爆炸发生在烘干车间。大火燃烧了一整夜。工厂负责人已被控制。"),
        "tr": ("Şenzen'de pil fabrikasında patlama: dokuz işçi öldü", "Patlama kurutma bölümünde oldu. Yangın bütün gece sürdü. Fabrika müdürü gözaltına alındı."),
    }),
    ("Chess title goes to teenager from Novosibirsk", {
        "ru": ("Шестнадцатилетняя сибирячка стала чемпионкой страны по шахматам", "Вера Лунина из Новосибирска выиграла последнюю партию чёрными. Моложе неё чемпионок не было. Осенью она сыграет на Кубке мира."),
        "ar": ("فتاة في السادسة عشرة من نوفوسيبيرسك تحرز بطولة الشطرنج", "فازت فيرا لونينا في جولتها الأخيرة بالقطع السوداء. وهي أصغر بطلة في تاريخ البلاد. وستشارك في كأس العالم خريفا."),
        "zh": ("新西伯利亚十六岁少女夺得国际象棋冠军", "薇拉·卢尼娜执黑赢下最后一局。她是全国最年轻的冠军。今年秋天她将参加世界杯。"),
        "tr": ("Novosibirskli 16 yaşındaki Vera satranç şampiyonu", "Vera Lunina son maçını siyahlarla kazandı. Ülkenin en genç şampiyonu oldu. Sonbaharda Dünya Kupası'nda oynayacak."),
    }),
    ("Novosibirsk metro halted by flooding", {
        "ru": ("Метро Новосибирска остановили из-за прорыва воды", "Ночью лопнула труба у станции «Площадь Ленина». Вода залила тоннель на полметра. Пассажиров возят автобусы."),
        "ar": ("المياه توقف مترو نوفوسيبيرسك", "انفجر أنبوب ليلا قرب محطة ساحة لينين. وغمرت المياه النفق بارتفاع نصف متر. وتنقل الحافلات الركاب."),
        "zh": ("新西伯利亚地铁因进水停运", "夜间列宁广场站附近水管爆裂。隧道积水半米深。乘客改乘公交车。"),
        "tr": ("Novosibirsk metrosunu su bastı, seferler durdu", "Gece Lenin Meydanı istasyonunda boru patladı. Tüneldeki su yarım metreye ulaştı. Yolcular otobüslerle taşınıyor."),
    }),
    ("Morocco to host summit on water shortage", {
        "ru": ("Саммит о нехватке воды пройдёт в Марракеше", "В мае приедут главы тридцати государств. Обсудят опреснение и общий фонд. Марокко предложит свой план орошения."),
        "ar": ("المغرب يستضيف قمة حول شح المياه", "يشارك قادة ثلاثين دولة في القمة المقررة في مراكش في مايو. وستبحث تحلية مياه البحر وإنشاء صندوق مشترك. وسيقدم المغرب خطته للري."),
        "zh": ("摩洛哥将主办缺水问题峰会", "三十国领导人五月将齐聚马拉喀什。议题包括海水淡化和共同基金。摩洛哥将提出自己的灌溉方案。"),
        "tr": ("Su kıtlığı zirvesi Fas'ta toplanacak", "Otuz ülkenin lideri mayısta Marakeş'e gelecek. Arıtma ve ortak fon konuşulacak. Fas kendi sulama planını sunacak."),
    }),
    ("Snow cuts off Moroccan mountain villages", {
        "ru": ("Снег отрезал горные деревни Марокко", "В Атласе выпало больше метра. Армия сбрасывает продукты с вертолётов. Школы закрыты до понедельника."),
        "ar": ("الثلوج تعزل قرى جبلية في المغرب", "تساقط أكثر من متر من الثلوج في جبال الأطلس. ويلقي الجيش المؤن من المروحيات. وأغلقت المدارس حتى الاثنين."),
        "zh": ("大雪封山，摩洛哥山村与外界隔绝", "阿特拉斯山区积雪超过一米。军队用直升机空投食品。学校停课至周一。"),
        "tr": ("Fas'ta kar dağ köylerini yalnız bıraktı", "Atlas dağlarında kar bir metreyi geçti. Ordu helikopterlerle yiyecek atıyor. Okullar pazartesiye kadar kapalı."),
    }),
    ("Singer Dilara Aksoy cancels tour over illness", {
        "ru": ("Певица Дилара Аксой отменила гастроли из-за болезни", "Врачи запретили ей петь до лета. Сорвались 22 концерта в Европе. Деньги за билеты вернут."),
        "ar": ("المغنية ديلارا أكسوي تلغي جولتها بسبب المرض", "منعها الأطباء من الغناء حتى الصيف. وألغيت 22 حفلة في أوروبا. وستعاد أثمان التذاكر."),
        "zh": ("歌手迪拉拉·阿克索伊因病取消巡演", "医生要求她夏天之前不要唱歌。欧洲22场演出因此取消。门票将退款。"),
        "tr": ("Dilara Aksoy hastalandı, turnesini iptal etti", "Doktorlar şarkıcıya yaza kadar sahneyi yasakladı. Avrupa'daki 22 konser yapılmayacak. Bilet paraları iade edilecek."),
    }),
    ("Dilara Aksoy sues studio over stolen melody", {
        "ru": ("Дилара Аксой судится со студией из-за украденной мелодии", "Певица услышала свою песню в рекламе автомобиля. Она требует три миллиона лир. Студия всё отрицает."),
        "ar": ("ديلارا أكسوي تقاضي شركة إنتاج بتهمة سرقة لحن", "سمعت المغنية أغنيتها في إعلان سيارات. وتطالب بثلاثة ملايين ليرة. وتنفي الشركة التهمة."),
        "zh": ("迪拉拉·阿克索伊起诉制作公司盗用旋律", "歌手在一则汽车广告中听到了自己的歌。她索赔三百万里拉。公司否认指控。"),
        "tr": ("Dilara Aksoy çalınan bestesi için dava açtı", "Şarkıcı kendi ezgisini bir otomobil reklamında duydu. Üç milyon lira istiyor. Yapım şirketi suçlamayı reddediyor."),
    }),
    ("Gulf grain terminal gets go-ahead in Basra", {
        "ru": ("В Басре построят зерновой терминал", "Порт сможет принимать четыре миллиона тонн пшеницы в год. Строить будет корейская фирма. Ирак надеется меньше зависеть от соседей."),
        "ar": ("الموافقة على بناء محطة للحبوب في ميناء البصرة", "ستستقبل المحطة أربعة ملايين طن من القمح سنويا. وتتولى شركة كورية البناء. ويأمل العراق في تقليل اعتماده على جيرانه."),
        "zh": ("巴士拉港获准建设粮食码头", "码头每年可接收四百万吨小麦。工程由一家韩国公司承建。伊拉克希望减少对邻国的依赖。"),
        "tr": ("Basra'ya tahıl terminali kuruluyor", "Liman yılda dört milyon ton buğday alabilecek. İnşaatı Koreli bir şirket yapacak. Irak komşularına bağımlılığı azaltmak istiyor."),
    }),
    ("Salt water kills palm groves around Basra", {
        "ru": ("Солёная вода губит финиковые рощи Басры", "Море поднимается вверх по реке Шатт-эль-Араб. За пять лет погибла треть пальм. Крестьяне уезжают в город."),
        "ar": ("الملوحة تقتل نخيل البصرة", "تتقدم مياه البحر في شط العرب. وخسرت المنطقة ثلث نخيلها خلال خمس سنوات. ويهجر المزارعون قراهم إلى المدينة."),
        "zh": ("海水倒灌，巴士拉椰枣林大片枯死", "海水沿阿拉伯河上溯。五年来三分之一的枣椰树死亡。农民纷纷进城谋生。"),
        "tr": ("Tuzlu su Basra'nın hurmalıklarını kurutuyor", "Deniz suyu Şattülarap'tan içeri ilerliyor. Beş yılda ağaçların üçte biri öldü. Çiftçiler kente göç ediyor."),
    }),
    ("Beijing caps class time on screens for pupils", {
        "ru": ("В Пекине ограничили уроки за экраном", "Младшим школьникам разрешат не больше двадцати минут в день. Врачи встревожены близорукостью. Правило действует с весны."),
        "ar": ("بكين تحدد ساعات الشاشات في المدارس", "لن يسمح لتلاميذ الابتدائي بأكثر من عشرين دقيقة يوميا. ويقلق الأطباء من انتشار قصر النظر. وتسري القاعدة اعتبارا من الربيع."),
        "zh": ("北京限制小学生课堂使用电子屏幕", "小学生每天使用屏幕不得超过二十分钟。医生对近视率上升感到担忧。规定从春季学期起实施。"),
        "tr": ("Pekin okullarda ekran süresini sınırladı", "İlkokul öğrencileri günde en çok yirmi dakika ekrana bakabilecek. Doktorlar miyopluktan kaygılı. Kural baharda başlıyor."),
    }),
    ("Beijing teachers win pay case", {
        "ru": ("Учителя Пекина отсудили недоплаченные премии", "Суд обязал район Чаоян выплатить долги за два года. Иск подали 310 педагогов. Район не станет спорить."),
        "ar": ("معلمو بكين يكسبون دعوى الأجور", "ألزمت المحكمة حي تشاويانغ بدفع مكافآت عامين. ورفع الدعوى 310 معلمين. ولن يستأنف الحي الحكم."),
        "zh": ("北京教师讨薪胜诉", "法院判令朝阳区补发两年的奖金。共有310名教师提起诉讼。区政府表示不上诉。"),
        "tr": ("Pekinli öğretmenler ücret davasını kazandı", "Mahkeme Çaoyang ilçesini iki yıllık ikramiyeyi ödemeye mahkûm etti. Davayı 310 öğretmen açmıştı. İlçe itiraz etmeyecek."),
    }),
    ("Fishermen find Roman wreck off Libya", {
        "ru": ("Рыбаки нашли у берегов Ливии римский корабль", "На глубине тридцати метров лежат сотни амфор. Судну около двух тысяч лет. Археологи боятся грабителей и держат место в тайне."),
        "ar": ("صيادون يعثرون على سفينة رومانية قبالة ليبيا", "ترقد مئات الجرار على عمق ثلاثين مترا. ويعود الحطام إلى ألفي عام. ويخفي علماء الآثار الموقع خوفا من اللصوص."),
        "zh": ("渔民在利比亚近海发现罗马沉船", "数百只双耳陶罐沉在三十米深处。沉船距今约两千年。考古学家为防盗掘没有公布位置。"),
        "tr": ("Libya açıklarında balıkçılar Roma batığı buldu", "Otuz metre derinde yüzlerce amfora var. Gemi yaklaşık iki bin yıllık. Arkeologlar yağmadan korktukları için yeri gizliyor."),
    }),
    ("Boat with migrants sinks off Libya", {
        "ru": ("У берегов Ливии затонула лодка с мигрантами", "На борту было 90 человек, спасли 31. Мотор заглох ночью в шторм. Поиски прекращены."),
        "ar": ("غرق قارب مهاجرين قبالة السواحل الليبية", "كان على متنه تسعون شخصا وأنقذ 31 منهم. وتعطل المحرك ليلا وسط العاصفة. وتوقفت عمليات البحث."),
        "zh": ("载有移民的船只在利比亚近海沉没", "船上有90人，31人获救。夜间风暴中发动机熄火。搜救已经停止。"),
        "tr": ("Libya açıklarında göçmen teknesi battı", "Teknedeki doksan kişiden 31'i kurtarıldı. Motor gece fırtınada durdu. Arama sona erdi."),
    }),
    ("Kazakh farmers pray for rain as wheat withers", {
        "ru": ("В Казахстане из-за жары гибнет пшеница", "Дождя не было сорок дней. Урожай оценивают в половину прошлогоднего. Правительство запретило вывоз муки."),
        "ar": ("موجة الحر تتلف قمح كازاخستان", "لم تهطل الأمطار منذ أربعين يوما. ويقدر المحصول بنصف ما كان في العام الماضي. وحظرت الحكومة تصدير الطحين."),
        "zh": ("哈萨克斯坦小麦因高温枯萎", "当地已四十天没有下雨。收成预计只有去年的一半。政府禁止面粉出口。"),
        "tr": ("Kazakistan'da buğday sıcaktan kuruyor", "Kırk gündür yağmur yağmadı. Hasadın geçen yılın yarısı olması bekleniyor. Hükümet un ihracatını yasakladı."),
    }),
    ("Kazakhstan opens its first reactor for tender", {
        "ru": ("Казахстан объявил тендер на первую АЭС", "Станция появится на берегу Балхаша. Заявки ждут от России, Китая, Франции и Кореи. Победителя назовут через год."),
        "ar": ("كازاخستان تطرح مناقصة لأول محطة نووية", "ستقام المحطة على ضفاف بحيرة بلخاش. وتنتظر العروض من روسيا والصين وفرنسا وكوريا. ويعلن الفائز بعد عام."),
        "zh": ("哈萨克斯坦就首座核电站招标", "核电站将建在巴尔喀什湖畔。预计俄罗斯、中国、法国和韩国企业参加投标。一年后公布中标者。"),
        "tr": ("Kazakistan ilk nükleer santrali için ihale açtı", "Santral Balkaş gölü kıyısında kurulacak. Rusya, Çin, Fransa ve Kore'den teklif bekleniyor. Kazanan bir yıl sonra açıklanacak."),
    }),
]  # fmt: skip
"""The English headline of each story, and its articles by language: headline and lead."""
